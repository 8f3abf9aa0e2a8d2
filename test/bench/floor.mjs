// What any tool over ssh2 must spend at the least: one connection and one script a host, all at once.
//   node floor.mjs KEY KNOWN_HOSTS ADDRESS…    with the script on standard input
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { Client } from 'ssh2';

const [keyFile, knownHostsFile, ...addresses] = process.argv.slice(2);
const privateKey = readFileSync(keyFile);
const script = readFileSync(0);
const known = new Map(
  readFileSync(knownHostsFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .flatMap(([names, , key]) => names.split(',').map((name) => [name, key])),
);

function probe(address) {
  return new Promise((resolve, reject) => {
    const client = new Client();
    client.on('error', reject);
    client.on('ready', () =>
      client.exec('sh -s', (error, channel) => {
        if (error) return reject(error);
        channel.resume();
        channel.stderr.resume();
        channel.on('close', (code) => {
          client.end();
          if (code === 0) resolve();
          else reject(new Error(`${address}: ended with ${code}`));
        });
        channel.end(script);
      }),
    );
    client.connect({
      sock: connect({ host: address, port: 22, noDelay: true }),
      username: 'root',
      privateKey,
      algorithms: { serverHostKey: ['ssh-ed25519'] },
      hostVerifier: (key) => key.toString('base64') === known.get(address),
    });
  });
}

await Promise.all(addresses.map(probe));
