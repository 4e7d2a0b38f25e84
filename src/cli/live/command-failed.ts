/** A command failed for an expected reason. The message is one line for the user. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}
