import { describe, expect, test } from 'vitest';
import { missingLive, shownOptions } from '../../src/formats/mount-options.ts';

describe('mount options', () => {
  const LIVE =
    'rw,relatime,rw,vers=4.2,rsize=262144,wsize=262144,namlen=255,hard,proto=tcp6,timeo=600,retrans=2,sec=sys,clientaddr=fd00::2,lookupcache=pos,local_lock=none,addr=fd00::1';

  test.each([
    ['vers=4.2,hard,lookupcache=positive,_netdev,nofail', ''],
    ['defaults,rw,bg,x-systemd.automount,noauto,retry=3,comment=x,intr,rsize=1048576', ''],
    ['nfsvers=4.2,proto=tcp,sec=sys,timeo=600,async,cto,ac,acl', ''],
    ['vers=4,minorversion=2', ''],
    ['vers=4.1', 'vers=4.1'],
    ['vers=3', 'vers=3'],
    ['ro,soft,lookupcache=all,lookupcache=none', 'ro,soft,lookupcache=all,lookupcache=none'],
    ['noatime,nosuid,sec=krb5p,timeo=100,udp', 'noatime,nosuid,sec=krb5p,timeo=100,udp'],
    ['acregmin=3,acdirmax=60,nconnect=1', ''],
    ['acregmin=5,nconnect=4,actimeo=60', 'acregmin=5,nconnect=4,actimeo=60'],
  ])('%s lacks "%s"', (wanted, lacking) => {
    expect(missingLive('nfs', wanted.split(','), LIVE.split(',')).join()).toBe(lacking);
  });

  test('what will be shown is what is compared', () => {
    const wanted =
      'vers=4.2,hard,lookupcache=positive,_netdev,nfsvers=4,tcp,actimeo=5,ro,noatime,minorversion=2'.split(
        ',',
      );
    expect(
      missingLive(
        'nfs4',
        wanted.filter((option) => option !== 'nfsvers=4'),
        shownOptions(wanted),
      ),
    ).toEqual([]);
  });
});
