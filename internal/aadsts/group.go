package aadsts

import (
	"slices"
	"strings"
)

// How far apart the parts of one error may be, in bytes of the text.
const (
	reachOfNest   = 500  // a category and its specific code
	reachOfMark   = 900  // a message and its IDs
	reachOfBody   = 3000 // a message and the numbers at the end of its JSON
	reachOfNote   = 1200 // the words of a program that hides the answer, and the code after them
	reachOfSigns  = 8000 // a message and the name of its program
	reachOfRepeat = 60   // a code and words that belong to it
)

// group is an error that is being put together.
type group struct {
	codes    []string
	by       foundBy
	weak     bool // so far only a number of a list or an address
	faint    bool // a bare number, which counts only if nothing better is found
	message  string
	first    int64 // where its first event is
	begin    int64 // where its message is
	last     int64 // where its last event is
	line     int
	lastLine int // of its last event
	record   int64
	row      row
	prose    bool // the text discusses such an error
	mixed    bool // the tenant or the client is on another line
	own      mark
	around   mark // IDs before the message
	tenant   string
	client   string
	hits     []*hit   // the phrases of an error without a code
	products []string // IDs of the programs that are named nearby
}

func (c *group) marks() mark {
	m := c.own
	m.fill(c.around)
	return m
}

// words returns everything but the IDs that distinguishes the error from others.
func (c *group) words() string {
	var phrases strings.Builder
	for _, h := range c.hits {
		phrases.WriteString(h.phrase.ID + ",")
	}
	return string(c.by) + strings.Join(c.codes, ",") + phrases.String() + "\x00" + c.tenant + "\x00" + c.client + "\x00" + c.message
}

func (c *group) touch(e *event) { c.last, c.lastLine = e.pos, e.line }

// restart makes an event the beginning of the message.
func (c *group) restart(e *event) {
	c.message, c.begin, c.faint, c.weak = e.region, e.pos, e.faint, e.kind != kindCode
	c.touch(e)
}

// onLastLine reports whether an event is near the last one, on the same line.
func (c *group) onLastLine(e *event) bool { return e.line == c.lastLine && e.pos-c.last < maxRegion }

// within reports whether an event is inside the message, or right after it.
func (c *group) within(e *event) bool { return e.pos-c.begin < int64(len(c.message))+reachOfRepeat }

// whole replaces numbers that a line break cut by those of the message.
func (c *group) whole(codes []string) []string {
	codes = slices.Clone(codes)
	for i, code := range codes {
		for _, own := range c.codes {
			if strings.HasPrefix(own, code) {
				codes[i] = own
			}
		}
	}
	return slices.Compact(codes)
}

// nearTime rejects the times of other log lines.
func (c *group) nearTime(e *event) bool {
	return e.line == c.lastLine || e.pos-c.last < 250 || c.own != mark{} && e.pos-c.last < reachOfMark/2
}

// hides reports whether all phrases are from programs that hide the answer.
func (c *group) hides() bool {
	return !slices.ContainsFunc(c.hits, func(h *hit) bool { return !h.phrase.Hides })
}

func subset(a, b []string) bool {
	return !slices.ContainsFunc(a, func(s string) bool { return !slices.Contains(b, s) })
}

func near(a, b, reach int64) bool { return a-b < reach && b-a < reach }
