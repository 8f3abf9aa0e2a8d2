"""Keystone: the login request, and the image service's address in the catalog; pure functions of the OS_ variables."""
import re

from openrc import GlanceRefuses


def named(variables, what):
    """{"id": ...} or {"name": ...} of a user, project or domain; None if neither is set."""
    for key in ('ID', 'NAME'):
        value = variables.get('OS_%s_%s' % (what, key))
        if value:
            return {key.lower(): value}
    return None


def in_domain(thing, variables, what):
    """Adds the domain, which a name needs and an id does not."""
    if thing and 'name' in thing:
        default = {'id': variables.get('OS_DEFAULT_DOMAIN') or 'default'}
        return dict(thing, domain=named(variables, what + '_DOMAIN') or default)
    return thing


def login_request(variables):
    """The body of Keystone's POST /v3/auth/tokens: with an application credential, or with a password."""
    user = in_domain(named(variables, 'USER') or variables.get('OS_USERNAME') and {'name': variables['OS_USERNAME']},
                     variables, 'USER')
    credential = named(variables, 'APPLICATION_CREDENTIAL')
    if credential:
        credential['secret'] = variables.get('OS_APPLICATION_CREDENTIAL_SECRET')
        if 'name' in credential:
            credential['user'] = user
        if None in credential.values():
            raise GlanceRefuses('the application credential is not complete (needed: its secret, and its id or '
                                'its name with the user)')
        return {'auth': {'identity': {'methods': ['application_credential'], 'application_credential': credential}}}
    if not user or not variables.get('OS_PASSWORD'):
        raise GlanceRefuses('neither OS_USERNAME and OS_PASSWORD nor an application credential is set')
    project = in_domain(named(variables, 'PROJECT') or named(variables, 'TENANT'), variables, 'PROJECT')
    user = dict(user, password=variables['OS_PASSWORD'])
    request = {'identity': {'methods': ['password'], 'password': {'user': user}}}
    if project:
        request['scope'] = {'project': project}
    elif variables.get('OS_SYSTEM_SCOPE'):
        request['scope'] = {'system': {'all': True}}
    return {'auth': request}


def keystone_url(variables):
    """The address of Keystone's version 3, from OS_AUTH_URL, which often lacks the version."""
    url = variables.get('OS_AUTH_URL', '').rstrip('/')
    if not url:
        raise GlanceRefuses('OS_AUTH_URL is not set')
    if url.endswith('/v2.0') or variables.get('OS_IDENTITY_API_VERSION', '3').partition('.')[0] != '3':
        raise GlanceRefuses('only version 3 of the identity API can be used')
    return url if url.endswith('/v3') else url + '/v3'


def find_endpoint(catalog, variables):
    """The image service's address in Keystone's catalog, for the interface and region that openrc names."""
    interface = (variables.get('OS_INTERFACE') or variables.get('OS_ENDPOINT_TYPE') or 'public').replace('URL', '')
    region = variables.get('OS_REGION_NAME')
    for service in catalog:
        for endpoint in service['endpoints'] if service['type'] == 'image' else []:
            regions = (None, endpoint.get('region_id'), endpoint.get('region'))
            if endpoint['interface'] == interface and region in regions:
                return endpoint['url']
    raise GlanceRefuses('the catalog has no image service with interface %s%s'
                        % (interface, ' in region %s' % region if region else ''))


def image_url(endpoint):
    """The address of all images, from an endpoint with or without a version."""
    return re.sub(r'/v2(\.[0-9]+)?$', '', endpoint.rstrip('/')) + '/v2/images'
