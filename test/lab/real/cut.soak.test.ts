/** The interruptions of a move that cut.long.test.ts leaves out: the same promise at other steps and with other harm. */
import { describeCuts } from './cuts.ts';

describeCuts([
  ['copying', 'power cut of the backend'],
  ['copying', "pool's disk full"],
  ['publishing', 'storage network away for 20 s'],
  ['mounting', 'fastboot killed'],
]);
