package where

import (
	"cmp"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// maxUnreadable bounds how many unreadable places are named one by one; maxFound
// how many finds of one source are kept.
const (
	maxUnreadable = 200
	maxFound      = 10_000
)

// tally collects what a source gave: finds, counts, and what could not be read. It is
// safe for concurrent use.
type tally struct {
	source string

	mu         sync.Mutex
	found      []found
	dropped    int
	counts     result.Searched
	unreadable []result.Unreadable
	unnamed    int
}

// took counts a document that was searched whole, with what was found in it.
func (l *tally) took(list []found) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts.Documents++
	room := max(0, maxFound-len(l.found))
	if len(list) > room {
		l.dropped += len(list) - room
		list = list[:room]
	}
	l.found = append(l.found, list...)
}

// count adds to the counts of what was not searched.
func (l *tally) count(add func(*result.Searched)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	add(&l.counts)
}

// unread notes a place that could not be read, and why; an empty location is
// the source as a whole.
func (l *tally) unread(location string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts.Unreadable++
	if len(l.unreadable) == maxUnreadable {
		l.unnamed++
		return
	}
	l.unreadable = append(l.unreadable, result.Unreadable{Source: l.source, Location: location, Error: reason(err)})
}

// reason says why something could not be read.
func reason(err error) msg.Text {
	var worded msg.Worded
	switch {
	case errors.As(err, &worded):
		return worded.Text()
	case errors.Is(err, fs.ErrPermission):
		return msg.New("this user is not allowed to read it")
	case errors.Is(err, fs.ErrNotExist):
		return msg.New("it does not exist")
	}
	return msg.OfSystem(err)
}

// sorted returns the finds by location and line. A value that was found twice in
// the same line, as the windows of a long file overlap, is one.
func (l *tally) sorted() []found {
	l.mu.Lock()
	defer l.mu.Unlock()
	slices.SortStableFunc(l.found, func(a, b found) int {
		return cmp.Or(strings.Compare(a.location, b.location), cmp.Compare(a.line, b.line), cmp.Compare(a.kind, b.kind), strings.Compare(a.setting, b.setting))
	})
	return slices.CompactFunc(l.found, func(a, b found) bool {
		return a.location == b.location && a.line == b.line && a.kind == b.kind && a.setting == b.setting && a.value == b.value && a.keyID == b.keyID
	})
}

// addTo adds the counts of this source to the report.
func (l *tally) addTo(out *result.Where) {
	l.mu.Lock()
	defer l.mu.Unlock()
	out.Searched.Add(l.counts)
	out.Unreadable = append(out.Unreadable, l.unreadable...)
	if l.unnamed > 0 {
		out.Notes = append(out.Notes, msg.New("%d more places could not be read and are not listed.", l.unnamed))
	}
	if l.dropped > 0 {
		out.Notes = append(out.Notes, msg.New("%d more places in %s are not listed.", l.dropped, l.source))
	}
}
