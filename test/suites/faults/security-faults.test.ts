import { securityFaults } from '../../../fixtures/faults/security-faults.ts'
import { findOut } from './find-out.ts'

findOut(securityFaults)
