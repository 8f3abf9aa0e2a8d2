"""Glance's record of an image, through Keystone. Glance is asked only about images that are not linked yet."""
import os
import random

from clock import monotonic, parse_time
from files import signature
from json_http import JsonHttp
from keystone import find_endpoint, image_url, keystone_url, login_request
from openrc import GlanceAway, GlanceRefuses, read_openrc

BACK_OFF_FIRST_S, BACK_OFF_LAST_S = 1.0, 30.0
TOKEN_MARGIN_S = 60                 # a token is renewed so long before it expires


class Glance:
    """Answers for one image at a time. Renews its token, and asks less often while Glance does not answer."""

    def __init__(self, openrc):
        self.openrc = openrc
        self.http = None
        self.images_url = self.token = None
        self.token_ends = 0.0       # monotonic
        self.read_as = None         # identity of the openrc file that was read
        self.away_until, self.away_why, self.back_off = 0.0, None, BACK_OFF_FIRST_S
        self.refusal, self.refused_until = None, 0.0
        self.tried = 0.0            # monotonic: when it was last asked

    def ask(self, image_id):
        """Glance's record of an image; None if it has none. Raises GlanceAway, GlanceRefuses."""
        if monotonic() < self.refused_until and self.read_as == self.openrc_identity():
            raise GlanceRefuses(self.refusal)
        if monotonic() < self.away_until:
            raise GlanceAway(self.away_why)
        self.tried = monotonic()
        try:
            answer = self.fetch(image_id)
        except GlanceAway as error:
            self.note_away(str(error))
            raise
        except GlanceRefuses as error:
            self.refusal, self.refused_until = str(error), monotonic() + BACK_OFF_LAST_S
            self.token = None
            raise
        self.back_off, self.away_why, self.refusal = BACK_OFF_FIRST_S, None, None
        return answer

    def note_away(self, why):
        """Waits longer each time, with a random part so that several jobs do not ask at the same time."""
        self.away_why = why
        self.away_until = monotonic() + self.back_off * random.uniform(0.5, 1.0)
        self.back_off = min(2 * self.back_off, BACK_OFF_LAST_S)

    def note_sign_of_life(self):
        """A file was finished, so Glance works again: the back-off need not be waited for."""
        if monotonic() - self.tried > BACK_OFF_FIRST_S:
            self.away_until = 0.0

    def openrc_identity(self):
        try:
            return signature(os.stat(self.openrc))
        except OSError:
            return None

    def fetch(self, image_id):
        for renewed in (False, True):
            self.log_in()
            headers = {'X-Auth-Token': self.token} if self.token else {}
            status, _, image = self.http.request('GET', '%s/%s' % (self.images_url, image_id), headers)
            if status == 401 and not renewed:
                self.token_ends = 0.0           # revoked before it expired
                continue
            if status == 404:
                return None
            if status in (401, 403):
                raise GlanceRefuses('Glance does not let these credentials see images (status %d); correct %s'
                                    % (status, self.openrc))
            if status != 200 or not isinstance(image, dict):
                raise GlanceAway('Glance answers with status %d' % status)
            # a database that ignores case may have answered for another image
            return image if image.get('id') == image_id else None
        return None                             # never reached: the second round returns or raises

    def log_in(self):
        """Gets a token and the image service's address, unless the present ones are still valid."""
        now_identity = self.openrc_identity()
        if monotonic() < self.token_ends and self.read_as == now_identity:
            return
        self.read_as = now_identity
        variables = read_openrc(self.openrc)
        if self.http:
            self.http.close()
        self.http = JsonHttp(variables.get('OS_CACERT'))
        if variables.get('OS_AUTH_TYPE') == 'none':
            if not variables.get('OS_ENDPOINT'):
                raise GlanceRefuses('OS_AUTH_TYPE is none, but OS_ENDPOINT is not set; set it in %s' % self.openrc)
            self.images_url, self.token, lifetime = image_url(variables['OS_ENDPOINT']), None, BACK_OFF_LAST_S
        else:
            lifetime = self.log_in_to_keystone(variables)
        self.token_ends = monotonic() + lifetime

    def log_in_to_keystone(self, variables):
        """Gets a token; returns the seconds for which it can be used."""
        status, headers, answer = self.http.request(
            'POST', keystone_url(variables) + '/auth/tokens', {}, login_request(variables))
        if status in (400, 401, 403, 404):
            raise GlanceRefuses('Keystone does not accept these credentials (status %d); correct %s'
                                % (status, self.openrc))
        try:
            token = answer['token']
            self.token = headers['X-Subject-Token'].strip()
            override = variables.get('OS_IMAGE_ENDPOINT_OVERRIDE')
            self.images_url = image_url(override or find_endpoint(token['catalog'], variables))
            # both times by Keystone's clock, because this host's clock may jump
            lifetime = parse_time(token['expires_at']) - parse_time(token['issued_at'])
        except (TypeError, KeyError, ValueError, AttributeError):
            raise GlanceAway('Keystone answers with status %d and without a token' % status) from None
        return max(1.0, lifetime - TOKEN_MARGIN_S)
