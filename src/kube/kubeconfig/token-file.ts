import { readFile } from 'node:fs/promises';

/** A file with a bearer token that rotates. If it cannot be read for a while, the last token is used, as in client-go. */
export class TokenFile {
  readonly #path: string;
  #last: string | undefined;

  /** `token` is used until the file can be read. */
  constructor(path: string, token: string | undefined) {
    this.#path = path;
    this.#last = token;
  }

  /** Throws an error if the file is missing or empty and there is no earlier token. */
  async token(): Promise<string> {
    try {
      // The file may end in a newline, which is not allowed in a header.
      const token = (await readFile(this.#path, 'utf8')).trim();
      if (token === '') throw new Error(`the token file ${this.#path} is empty`);
      this.#last = token;
      return token;
    } catch (error) {
      if (this.#last === undefined) throw error;
      return this.#last;
    }
  }
}
