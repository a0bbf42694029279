import { listFaults } from '../../../fixtures/faults/list-faults.ts'
import { findOut } from './find-out.ts'

findOut(listFaults)
