/** The functions that every script that changes a host starts with; `prelude.sh` says what each does. */
import { BACKUP_FOLDER, BACKUP_INDEX_FILE, PENDING_HANDLERS_FILE, STATE_FOLDER } from '../core/host-paths.ts';
import functions from './prelude.sh';
import { setVariables } from './quote.ts';

/** The exit code of a script that found the host not as the plan saw it: EX_TEMPFAIL of sysexits.h. */
export const REFUSED = 75;

export const changePrelude = `${setVariables({
  refused_code: String(REFUSED),
  state_folder: STATE_FOLDER,
  backup_folder: BACKUP_FOLDER,
  backup_index_file: BACKUP_INDEX_FILE,
  pending_file: PENDING_HANDLERS_FILE,
})}${functions}
`;
