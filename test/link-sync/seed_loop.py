"""The original scheme's script. Changed are only its typing errors, Python 2's `commands`, and the folders.

    seed_loop.py IMAGES CACHE LOG
"""
# ruff: noqa: E501, UP030, UP032 - kept as it was written
import hashlib
import logging
import logging.handlers
import subprocess
import sys

images, cache, LOG_FILE = sys.argv[1:]
handler = logging.handlers.RotatingFileHandler(LOG_FILE, maxBytes=1024 * 1024, backupCount=5)
formatter = logging.Formatter('%(asctime)s - %(filename)s:%(lineno)s - %(name)s - %(message)s')
handler.setFormatter(formatter)
logger = logging.getLogger('images')
logger.addHandler(handler)
logger.setLevel(logging.DEBUG)

imges_list = subprocess.getoutput("""glance image-list | awk -F"|" '{print $2}' | grep -v -E '(ID|^$)'""").strip().split()
status = subprocess.getoutput("""openstack image list | awk 'NR>2{ print $6}' | grep -v -E '(ID|^$)'""").strip().split()

if 'queued' in status or 'saving' in status:
    image_list = subprocess.getoutput("ls -ltr %s | awk 'NR>1 {l[NR]=$0} END {for (i=1;i<=NR-3;i++)print l[i]}' "
                                      "| awk '{ print $9 }' | grep -v ^$" % images).strip().split()
    logger.info('new snapshoot is creating now...')
else:
    image_list = subprocess.getoutput("ls -ltr %s | awk 'NR>1{ print $NF }'" % images).strip().split()
    logger.info('no image take snapshoot, ln all images...')
for ida in image_list:
    image_id = ida.strip()
    image_id_hash = hashlib.sha1()
    image_id_hash.update(ida.encode())
    newid = image_id_hash.hexdigest()
    subprocess.getoutput('ln {0}/{2} {1}/{3}'.format(images, cache, ida, newid))
    subprocess.getoutput('chown 64055:36 {0}/{1}'.format(cache, newid))
    subprocess.getoutput('chmod 644 {0}/{1}'.format(cache, newid))
