/** The field manager of what this folder writes: the Secrets, and the trust bundle of the webhook configurations. */
export const fieldManager = 'mooring-certificates';
