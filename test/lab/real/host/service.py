"""Runs single functions of Nova's real code.

    service.py serve        imports Nova, which takes long on these hosts, and then answers requests
    service.py ask          a JSON request from standard input, the JSON answer to standard output

Each request runs in its own process. It reads nova's configuration as Debian's nova-compute does, starts Nova's real
privsep daemon, and continues as user nova. Two things are simulated: Glance's client, and the list of instances.
"""
import json
import os
import socket
import sys
import time
import traceback
import types
from unittest import mock

SOCKET = '/tmp/real/nova'
ARGUMENTS = ['nova-compute', '--config-file=/etc/nova/nova.conf', '--config-file=/etc/nova/nova-compute.conf']
NOVA = 64060


def instance(uuid, image=None):
    from nova.conf import CONF
    return types.SimpleNamespace(uuid=uuid, name='instance-' + uuid[:8], task_state=None, vm_state='active',
                                 image_ref=image, kernel_id=None, ramdisk_id=None, host=CONF.host, os_type=None)


class Glance:
    """Replaces GlanceClientWrapper.call. It has one image, or none: then any request is an error."""

    class Image(dict):
        schema = {'name': 'image', 'properties': dict.fromkeys(
            ('id', 'disk_format', 'container_format', 'size', 'status'), {})}

    class Chunks:
        def __init__(self, path):
            self.wrapped = path

        def __iter__(self):
            with open(self.wrapped, 'rb') as source:
                yield from iter(lambda: source.read(65536), b'')

    def __init__(self, served):
        self.served, self.downloads = served, 0

    def call(self, context, version, method, controller=None, args=None, kwargs=None):
        if self.served is None:
            raise RuntimeError('Glance was asked to %s image %s' % (method, args))
        if method == 'data':
            self.downloads += 1
            return self.Chunks(self.served['file'])
        return self.Image(id=args[0], disk_format=self.served['format'], container_format='bare', status='active',
                          size=os.stat(self.served['file']).st_size)


def backing_format(path):
    from nova.privsep import qemu
    return json.loads(qemu.unprivileged_qemu_img_info(path)).get('backing-filename-format')


def make_disk(request, disk, **how):
    """Does what LibvirtDriver._create_image does for a disk: takes the configured backend and calls its cache()."""
    from nova.conf import CONF
    from nova.virt.libvirt import imagebackend
    backend = imagebackend.Backend(CONF.use_cow_images).by_name(instance(request['instance']), disk)
    backend.cache(**how)
    return {'backend': type(backend).__name__, 'backing_fmt': backing_format(backend.path)}


def cache(request):
    from nova import context
    from nova.image import glance
    from nova.virt.libvirt import imagecache
    from nova.virt.libvirt import utils
    client, began = Glance(request.get('served')), time.monotonic()
    with mock.patch.object(glance.GlanceClientWrapper, 'call', client.call):
        made = make_disk(request, 'disk', fetch_func=utils.fetch_image,
                         filename=imagecache.get_cache_fname(request['image']), size=request.get('size'),
                         context=context.get_admin_context(), image_id=request['image'])
    return dict(made, fetched=client.downloads > 0, seconds=round(time.monotonic() - began, 2))


def create_swap(target, size):
    """Does what LibvirtDriver._create_swap does."""
    from nova.privsep import fs
    from nova.virt.libvirt import utils
    utils.create_image(target, 'raw', size)
    fs.unprivileged_mkfs('swap', target)


def swap(request):
    size = request['mebibytes'] << 20
    return make_disk(request, 'disk.swap', fetch_func=lambda target: create_swap(target, size),
                     filename='swap_%d' % request['mebibytes'], size=size)


def create_ephemeral(target, size):
    """Does what LibvirtDriver._create_ephemeral does."""
    from nova.virt.disk import api
    from nova.virt.libvirt import utils
    utils.create_image(target, 'raw', size)
    api.mkfs(None, 'ephemeral0', target)


def ephemeral(request):
    # the name says 1 GiB, the least that a flavor can have; the file is smaller, because these hosts are slow
    from nova.conf import CONF
    from nova.privsep import fs
    size, kind = request['mebibytes'] << 20, fs.get_file_extension_for_os_type(None, CONF.default_ephemeral_format)
    return make_disk(request, 'disk.eph0', fetch_func=lambda target: create_ephemeral(target, size),
                     filename='ephemeral_1_%s' % kind, size=size)


def cache_manager_pass(request):
    from nova import context, objects
    from nova.conf import CONF
    from nova.virt.libvirt import imagecache
    base = os.path.join(CONF.instances_path, CONF.image_cache.subdirectory_name)
    before, trouble = set(os.listdir(base)), None
    instances = [instance(each['uuid'], each['image']) for each in request['instances']]
    objects.register_all()
    with mock.patch.object(objects.BlockDeviceMappingList, 'bdms_by_instance_uuid', lambda *_: {}):
        try:
            imagecache.ImageCacheManager().update(context.get_admin_context(), instances)
        except OSError as reason:       # with root_squash Nova cannot set the time of a base file that is in use
            trouble = str(reason)
    return {'removed': sorted(before - set(os.listdir(base))), 'trouble': trouble,
            'removes': CONF.image_cache.remove_unused_base_images}


WORK = {'cache': cache, 'swap': swap, 'ephemeral': ephemeral, 'pass': cache_manager_pass}


def become_nova():
    from nova.conf import CONF
    from nova.privsep import sys_admin_pctxt
    from oslo_privsep import priv_context
    CONF(ARGUMENTS[1:], project='nova')
    sys_admin_pctxt.start(priv_context.Method.FORK)
    os.setgroups([])
    os.setgid(NOVA)
    os.setuid(NOVA)


def answer(connection):
    request = json.loads(connection.makefile().readline())
    try:
        become_nova()
        reply = WORK[request['do']](request)
    except Exception as reason:
        reply = {'error': '%s: %s' % (type(reason).__name__, reason), 'trace': traceback.format_exc()}
    connection.sendall((json.dumps(reply) + '\n').encode())


def import_nova():
    """Imports the code that makes and keeps disks. Without the driver's network code this takes 30 s less."""
    for name in ('openstack', 'nova.accelerator.cyborg', 'nova.scheduler.utils', 'nova.network.neutron'):
        sys.modules[name] = mock.MagicMock()
    import nova.virt
    package = sys.modules['nova.virt.libvirt'] = types.ModuleType('nova.virt.libvirt')
    package.__path__ = [nova.virt.__path__[0] + '/libvirt']
    from nova.conf import CONF
    from oslo_log import log
    log.register_options(CONF)
    import nova.virt.libvirt.imagebackend   # noqa: F401
    import nova.virt.libvirt.imagecache     # noqa: F401


def serve():
    import_nova()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(SOCKET)
    listener.listen()
    while True:
        connection, _ = listener.accept()
        if os.fork() == 0:
            answer(connection)
            os._exit(0)
        connection.close()
        os.wait()


def ask():
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(SOCKET)
    connection.sendall((json.dumps(json.load(sys.stdin)) + '\n').encode())
    sys.stdout.write(connection.makefile().readline())


if __name__ == '__main__':
    {'serve': serve, 'ask': ask}[sys.argv[1]]()
