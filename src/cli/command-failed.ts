/** A command cannot do what was asked; the message is one line for the user. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}
