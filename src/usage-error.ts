/** The options, arguments or input are invalid. The message is for the user; the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
