import { invalidFaults } from '../../../fixtures/faults/invalid-faults.ts'
import { findOut } from './find-out.ts'

findOut(invalidFaults)
