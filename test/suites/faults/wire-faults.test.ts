import { wireFaults } from '../../../fixtures/faults/wire-faults.ts'
import { findOut } from './find-out.ts'

findOut(wireFaults)
