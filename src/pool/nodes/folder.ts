/** A folder of a node: its two names. */

/**
 * A folder has one name for the host and one for the programs that use it. Both are equal on a plain host. Where nova or
 * QEMU runs in a container, they see the folder under another path than the host.
 */
export interface NodeFolder {
  /** The path on the host, as configured: where fastboot reads, mounts and writes. */
  readonly host: string;
  /** The path that nova and QEMU use. It is in the disks of VMs, in command lines and in names of open files. */
  readonly seen: string;
}

/** A folder that the host and its programs know by the same path. */
export function sameFolder(path: string): NodeFolder {
  return { host: path, seen: path };
}

/** A folder or file in a folder. */
export function within({ host, seen }: NodeFolder, name: string): NodeFolder {
  return { host: `${host}/${name}`, seen: `${seen}/${name}` };
}
