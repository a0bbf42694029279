import type { FieldServer } from '../field-server.ts'
import { aimock } from './aimock.ts'
import { django } from './django.ts'
import { express } from './express.ts'
import { fastapi } from './fastapi.ts'
import { flask } from './flask.ts'
import { litellm } from './litellm.ts'
import { llmock } from './llmock.ts'
import { netHttp } from './net-http.ts'
import { ogx } from './ogx.ts'
import { portkey } from './portkey.ts'
import { prism } from './prism.ts'
import { sglang } from './sglang.ts'

/** All servers, in the order of the field report. */
export const servers: readonly FieldServer[] = [
  ...[aimock, prism],
  ...[fastapi, litellm, portkey],
  ...[ogx, llmock, sglang],
  ...[flask, django, express, netHttp],
]
