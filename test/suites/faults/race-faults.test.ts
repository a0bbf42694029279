import { raceFaults } from '../../../fixtures/faults/race-faults.ts'
import { findOut } from './find-out.ts'

findOut(raceFaults)
