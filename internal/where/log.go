package where

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

const (
	// maxUnreadable limits how many unreadable places are listed.
	maxUnreadable = 200
	// maxFound limits how many finds of one source are kept.
	maxFound = 10_000
)

// tally collects the results of one source: finds, counts, and what could not be read. It
// is safe for concurrent use.
type tally struct {
	source string
	finder *finder

	mu         sync.Mutex
	found      []found
	dropped    int
	counts     result.Searched
	unreadable []result.Unreadable
	unnamed    int
}

// search searches a document.
func (l *tally) search(d document) {
	list := l.finder.document(l.source, d)
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

// count changes the counts.
func (l *tally) count(add func(*result.Searched)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	add(&l.counts)
}

// unread records a place that could not be read, and why. An empty location is the
// source as a whole.
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

// reason says why something could not be read, without its location.
func reason(err error) msg.Text {
	if worded := (msg.Worded)(nil); errors.As(err, &worded) {
		return worded.Text()
	}
	return msg.OfSystem(err)
}

// sorted returns the finds by location and line. The windows of a long file overlap, so
// duplicates are removed.
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
