import { httpFaults } from '../../../fixtures/faults/http-faults.ts'
import { findOut } from './find-out.ts'

findOut(httpFaults)
