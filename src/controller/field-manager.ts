import { accountOf } from '../api/names.ts';

/** The field manager of everything that the controller writes by server-side apply. */
export const fieldManager = accountOf('controller');
