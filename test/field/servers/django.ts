import { python } from '../environment.ts'
import type { FieldServer } from '../field-server.ts'
import { waitress } from './waitress.ts'

export const django: FieldServer = {
  name: 'Django REST framework',
  version: '3.18.3',
  origin: 'PyPI',
  about:
    'On Django 6.1.3. The handlers are ours, and conform. What is found is the framework, as it comes.',
  environment: python(['djangorestframework==3.18.3', 'django==6.1.3', 'waitress==3.0.2']),
  start: (place) => waitress('django_app:app', place),
  causes: [
    {
      requirement: 'identity/encoded-slash',
      where: '/headers/content-type',
      shows: /%2F\S* → 404 <!doctype html>/,
      happens:
        'An id with an encoded slash is decoded before it is routed, and answered by the router with a page in HTML.',
      right: 'Answer errors of the router with the documented body: `handler404`.',
    },
  ],
}
