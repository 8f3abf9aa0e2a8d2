// The least that any tool over ssh2 must spend: one connection and one script for each host, all at the same time.
//   node floor.mjs KEY KNOWN_HOSTS ADDRESS…    with the script on standard input
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { Client } from 'ssh2';

const [keyFile = '', knownHostsFile = '', ...addresses] = process.argv.slice(2);
const privateKey = readFileSync(keyFile);
const script = readFileSync(0);
/** The key of each host in base64. */
const known = new Map(
  readFileSync(knownHostsFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .flatMap(([names = '', , key]) => names.split(',').map((name) => [name, key])),
);

/**
 * Runs the script on one host.
 * @param {string} address
 * @returns {Promise<void>}
 */
function probe(address) {
  return new Promise((resolve, reject) => {
    const client = new Client();
    client.on('error', reject);
    client.on('ready', () =>
      client.exec('sh -s', (error, channel) => {
        if (error) {
          reject(error);
          return;
        }
        channel.resume();
        channel.stderr.resume();
        channel.on('close', (/** @type {number | null} */ code) => {
          client.end();
          if (code === 0) resolve();
          else reject(new Error(`${address}: ended with ${code ?? 'a signal'}`));
        });
        channel.end(script);
      }),
    );
    client.connect({
      sock: connect({ host: address, port: 22, noDelay: true }),
      username: 'root',
      privateKey,
      algorithms: { serverHostKey: ['ssh-ed25519'] },
      hostVerifier: (/** @type {Buffer} */ key) => key.toString('base64') === known.get(address),
    });
  });
}

await Promise.all(addresses.map(probe));
