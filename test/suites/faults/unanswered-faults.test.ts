import { unansweredFaults } from '../../../fixtures/faults/unanswered-faults.ts'
import { findOut } from './find-out.ts'

findOut(unansweredFaults)
