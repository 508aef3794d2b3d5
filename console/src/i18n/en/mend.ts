/** A failed record that is edited. */
export const mend = {
  edit: 'Edit and send',
  title: 'Edit the record and send it',
  record: 'Record',
  recordHint:
    'Edit its images: the event and the keys stay. The failed record goes once it has arrived.',
  preview: 'What would be sent',
  send: 'Send',
  notJson: (reason: string) => `It is not JSON: ${reason}`,
  filtered: 'A filter of the pipe would leave this record out; it is sent all the same.',
};
