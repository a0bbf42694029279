import { deletedBodyFaults } from '../../../fixtures/faults/deleted-body-faults.ts'
import { findOut } from './find-out.ts'

findOut(deletedBodyFaults)
