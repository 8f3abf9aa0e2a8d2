/** The shell that every query script starts with; `mount-guard.sh` says what it gives. */
import { REMOTE_TYPES } from '../formats/network-file-systems.ts';
import text from './mount-guard.sh';

export const mountGuard = `remote_types=' ${REMOTE_TYPES.join(' ')} '\n${text}\n`;
