package aadsts

import "time"

// event is something that was read at one place of the text.
type event struct {
	kind   kind
	at     int   // place in the decoded window
	end    int   // where the reading ended, in the decoded window
	pos    int64 // place in the whole text
	line   int
	codes  []string
	value  string
	time   *time.Time
	ref    string
	region string // the message behind a code, or around a phrase
	titled bool   // a code right behind "Message:", below its IDs
	faint  bool   // counts only where nothing better is found
	hit    *hit   // of a phrase
	prose  bool   // the text around speaks about such an error
	row    row    // the line that it stands on, as a log repeats it
	apart  bool   // an empty line stands before it
	record int64  // the beginning of the log record that it stands in, -1 where there is none
}

// isMessage reports whether the event begins a message of its own.
func (e *event) isMessage() bool {
	switch e.kind {
	case kindCode, kindList, kindURI, kindOAuth, kindWording, kindPhrase:
		return true
	}
	return false
}
