package aadsts

import "time"

// event is something that was read at one place of the text.
type event struct {
	kind   kind
	at     int   // where it begins in the decoded window
	end    int   // where it ends there
	pos    int64 // where it begins in the whole text
	line   int
	codes  []string
	value  string
	time   *time.Time
	ref    string
	region string // the message after a code, or around a phrase
	titled bool   // a code right after "Message:", below its IDs
	faint  bool   // counts only if nothing better is found
	hit    *hit   // of a phrase
	prose  bool   // the surrounding text discusses such an error
	row    row    // the line, by which repeats are recognised
	apart  bool   // an empty line precedes it
	record int64  // where its log record begins, -1 if there is none
}
