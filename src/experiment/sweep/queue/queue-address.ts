import { InputError } from '../../../errors.ts';

/** Where a queue, or a table of results, is kept. */
export interface QueueAddress {
  readonly kind: 'postgres' | 'redis';
  /** With the password, if there is one: for the client only. */
  readonly url: string;
  /** For messages. */
  readonly shown: string;
}

const KINDS: Readonly<Record<string, QueueAddress['kind']>> = {
  'postgres:': 'postgres',
  'postgresql:': 'postgres',
  'redis:': 'redis',
  'rediss:': 'redis',
};

/** Is this the address of a server, and no path? */
export function looksLikeAddress(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

/**
 * Reads `postgres://user:password@host:port/database` or `redis://…` (`rediss://` with TLS). `flag`: what it was given
 * by. Errors: E5001; the message never holds the password.
 */
export function parseQueueAddress(text: string, flag: string): QueueAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  const kind = url === null ? undefined : KINDS[url.protocol];
  if (url === null || kind === undefined || url.hostname === '') {
    const message = `Cannot use '${maskSecrets(text)}' for ${flag}`;
    const hint = 'write postgres://user@host:5432/database or redis://host:6379';
    throw new InputError([{ severity: 'error', code: 'E5001', message, hint }]);
  }
  return { kind, url: text, shown: maskSecrets(text) };
}

const MASK = '***';
/** Greedy up to the last @ before the path: a password may hold any other character, also an @ that was not escaped. */
const USER_PART = /\b([a-z][a-z0-9+.-]*:\/\/)([^\s/?#'"]*)@/gi;
/** Both clients also take passwords as a parameter. */
const PARAMETER = /([?&][^=&#\s]*(?:password|passphrase|secret|token)[^=&#\s]*=)[^&#\s'"]*/gi;

/** The text with the passwords of all addresses in it replaced by `***`. User names stay. */
export function maskSecrets(text: string): string {
  return text
    .replace(USER_PART, (_, scheme: string, user: string) => {
      const colon = user.indexOf(':');
      return colon < 0 ? `${scheme}${user}@` : `${scheme}${user.slice(0, colon)}:${MASK}@`;
    })
    .replace(PARAMETER, `$1${MASK}`);
}

/** What a client has said about an address, without the password. */
export function maskedReason({ url }: QueueAddress, error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const said = typeof message === 'string' && message !== '' ? message : String(code ?? error);
  const { password } = new URL(url);
  const secrets = [password, decodedOr(password)].filter((secret) => secret.length > 0);
  return maskSecrets(secrets.reduce((text, secret) => text.replaceAll(secret, MASK), said.split('\n')[0]!));
}

function decodedOr(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
