import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Folders and files whose Markdown is checked. */
const PLACES = [
  "README.md",
  "AGENTS.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "SECURITY.md",
  "docs",
  "charts",
  "examples",
];

/** Relative links of the project's Markdown whose target does not exist, as `file: target`. */
export function brokenLinks(root: string): string[] {
  return PLACES.flatMap((place) => markdownFiles(root, place)).flatMap((file) =>
    linksOf(readFileSync(join(root, file), "utf8"))
      .filter((target) => !existsSync(join(root, dirname(file), target)))
      .map((target) => `${file}: ${target}`),
  );
}

function markdownFiles(root: string, place: string): string[] {
  if (place.endsWith(".md")) return existsSync(join(root, place)) ? [place] : [];
  return readdirSync(join(root, place), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => `${place}/${path}`);
}

function linksOf(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => (match[1] ?? "").replace(/#.*$/, ""))
    .filter((target) => target !== "" && !/^[a-z]+:/.test(target));
}
