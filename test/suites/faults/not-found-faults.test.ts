import { notFoundFaults } from '../../../fixtures/faults/not-found-faults.ts'
import { findOut } from './find-out.ts'

findOut(notFoundFaults)
