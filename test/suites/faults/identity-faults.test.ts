import { identityFaults } from '../../../fixtures/faults/identity-faults.ts'
import { findOut } from './find-out.ts'

findOut(identityFaults)
