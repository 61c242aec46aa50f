import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { ConfigError } from "../export/errors.ts";

/** Files in PEM that say whom to trust and who asks. */
export interface TlsFiles {
  /** CAs to trust in place of the runtime's own. */
  readonly caFile?: string;
  /** The client's certificate, with its chain; with `keyFile`. */
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** What {@link TlsFiles} hold. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Gives what the files hold now. @throws ConfigError naming the file that is missing or no PEM */
export type ReadTls = () => Promise<TlsMaterial>;

/**
 * Reads the files, and again once one of them has changed, because mounted certificates rotate. A pair that does not
 * fit together, as in the middle of a rotation, is read once more before it is refused.
 */
export function tlsReader(files: TlsFiles): ReadTls {
  let known: { readonly stamp: string; readonly material: TlsMaterial } | undefined;
  return async () => {
    const stamp = await stampOf(files);
    if (known?.stamp !== stamp) known = { stamp, material: await readPair(files) };
    return known.material;
  };
}

async function stampOf(files: TlsFiles): Promise<string> {
  const named = Object.values(files as Record<string, string>);
  const stamps = await Promise.all(
    named.map(async (file) => {
      const { mtimeMs, size, ino } = await stat(file).catch((cause: unknown) => {
        throw cannotRead(file, cause);
      });
      return `${mtimeMs} ${size} ${ino}`;
    }),
  );
  return stamps.join();
}

async function readPair(files: TlsFiles): Promise<TlsMaterial> {
  try {
    return await readMaterial(files);
  } catch (error) {
    if (!(error instanceof MismatchError)) throw error;
  }
  try {
    return await readMaterial(files);
  } catch (error) {
    if (!(error instanceof MismatchError)) throw error;
    // Without a cause: the runtime's error may show a part of what was read.
    throw new ConfigError(
      `The certificate file "${files.certFile}" and the key file "${files.keyFile}" do not belong together; name the two files of one pair`,
    );
  }
}

class MismatchError extends Error {}

async function readMaterial({ caFile, certFile, keyFile }: TlsFiles): Promise<TlsMaterial> {
  const [ca, cert, key] = await Promise.all([caFile, certFile, keyFile].map(readPem));
  if (ca !== undefined && caFile !== undefined) checkCertificates(ca, "CA file", caFile);
  if (cert !== undefined && certFile !== undefined) checkCertificates(cert, "certificate file", certFile);
  if (cert !== undefined && key !== undefined && keyFile !== undefined) checkKey(cert, key, keyFile);
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

async function readPem(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw cannotRead(file, cause);
  }
}

function cannotRead(file: string, cause: unknown): ConfigError {
  return new ConfigError(`Cannot read the file "${file}"; check its path and permissions`, { cause });
}

function checkCertificates(pem: string, what: string, file: string): void {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  try {
    blocks.forEach((block) => new X509Certificate(block));
    if (blocks.length > 0) return;
  } catch {
    // Said below
  }
  throw new ConfigError(
    `The ${what} "${file}" holds no certificate in PEM form; it should begin with "-----BEGIN CERTIFICATE-----"`,
  );
}

function checkKey(cert: string, key: string, file: string): void {
  if (!/-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/.test(key)) {
    throw new ConfigError(
      `The key file "${file}" holds no unencrypted private key in PEM form; it should begin with "-----BEGIN PRIVATE KEY-----"`,
    );
  }
  try {
    // The first certificate is the client's own, those after it its chain.
    if (new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) return;
  } catch {
    // A key that is half written fits as little
  }
  throw new MismatchError();
}
