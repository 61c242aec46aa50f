/** A file that a script can make: its path from the project's root, and what it must hold. */
export interface GeneratedFile {
  readonly path: string;
  readonly content: string;
}
