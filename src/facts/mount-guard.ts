/** The shell that every query script starts with; `mount-guard.sh` says what it gives. */
import text from './mount-guard.sh';

export const mountGuard = `${text}\n`;
