package aadsts

import "time"

// event is something that was read at one place of the text.
type event struct {
	kind     kind
	at       int   // place in the decoded window
	end      int   // where the reading ended, in the decoded window
	pos      int64 // place in the whole text
	line     int
	codes    []string
	value    string
	time     *time.Time
	ref      string
	region   string // the message behind a code, or around a phrase
	sameLine string // the line of a product's phrase
	titled   bool   // a code right behind "Message:", below its IDs
	faint    bool   // a bare number that counts only where nothing better is found
}

// isMessage reports whether the event begins a message of its own.
func (e *event) isMessage() bool {
	switch e.kind {
	case kindCode, kindList, kindURI, kindOAuth, kindWording, kindProduct:
		return true
	}
	return false
}
