import { hash } from 'node:crypto';

/** SHA-256 of a string in UTF-8, as 64 hexadecimal digits. `domain` gets this hash function as an argument. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}
