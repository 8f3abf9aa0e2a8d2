/** Shell functions by which the session that holds the run lock keeps the records of runs; see `records.sh`. */
import { RUNS_FOLDER, STATE_FOLDER } from '../core/host-paths.ts';
import { setVariables } from '../shell/quote.ts';
import functions from './records.sh';

/** The newest runs are kept, older ones are deleted. */
const MAX_RUNS_KEPT = 100;

export const recordFunctions = `${setVariables({
  state_folder: STATE_FOLDER,
  runs_folder: RUNS_FOLDER,
  first_old: `${MAX_RUNS_KEPT + 1}`,
})}${functions}
`;
