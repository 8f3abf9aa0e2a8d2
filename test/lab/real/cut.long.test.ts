/** Two of the interruptions of a move. The others: cut.soak.test.ts. */
import { describeCuts } from './cuts.ts';

describeCuts([
  ['copying', 'fastboot killed'],
  ['mounting', 'power cut of the compute node'],
]);
