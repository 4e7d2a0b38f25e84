/** The field manager of everything that the controller writes by server-side apply. */
export const fieldManager = 'mooring-controller';
