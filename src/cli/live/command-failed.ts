/** A command failed for a reason that the user can understand from the message, which is one line. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}
