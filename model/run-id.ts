/** Letters that no number is written with, hexadecimal or not. */
export const RUN_ID_LETTERS = 'ghijklmnopqrstuvwxyz'
/** 69 bits. */
export const RUN_ID_LENGTH = 16
/** The run id of any run of this program, in the name of a file or in a made-up id. */
export const RUN_ID = /[g-z]{16}/
