package aadsts

import (
	"slices"
	"strings"
)

// How far apart the parts of one error may stand, in bytes of the text.
const (
	reachOfNest   = 500  // a category and its specific code
	reachOfMark   = 900  // a message and its IDs
	reachOfBody   = 3000 // a message and the numbers at the end of its JSON
	reachOfNote   = 1200 // the words of a program that hides the answer, and the code behind them
	reachOfSigns  = 8000 // a message and the name of its program
	reachOfRepeat = 60   // words right beside a code that belongs to them
)

// group is an error under construction: its message and what belongs to it.
type group struct {
	codes    []string
	by       foundBy
	weak     bool // so far only a number of a list or an address
	faint    bool // a bare number that counts only where nothing better is found
	message  string
	first    int64 // place of its first event
	begin    int64 // place of its message
	last     int64 // place of its last event
	line     int
	lastRun  int // line of its last event
	record   int64
	row      row  // the line that it stands on
	prose    bool // the text speaks about such an error
	mixed    bool // other lines say who or where
	own      mark
	around   mark // IDs that stood before the message
	tenant   string
	client   string
	hits     []*hit   // the phrases of an error without a code
	products []string // the programs that the text around it names
}

// marks are the IDs of the error.
func (c *group) marks() mark {
	m := c.own
	m.fill(c.around)
	return m
}

func (c *group) trace() string { return c.marks().trace }

// words are everything but the IDs that tell the error from another.
func (c *group) words() string {
	return string(c.by) + strings.Join(c.codes, ",") + c.phrases() + "\x00" + c.tenant + "\x00" + c.client + "\x00" + c.message
}

func (c *group) touch(e *event) { c.last, c.lastRun = e.pos, e.line }

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

// nearTime keeps the times of other log lines away from a message.
func (c *group) nearTime(e *event) bool {
	return e.line == c.lastRun || e.pos-c.last < 250 || !c.own.empty() && e.pos-c.last < reachOfMark/2
}

func subset(a, b []string) bool {
	for _, s := range a {
		if !slices.Contains(b, s) {
			return false
		}
	}
	return true
}

func near(a, b, reach int64) bool { return a-b < reach && b-a < reach }

// phrases are the IDs of the words that the error was recognised by.
func (c *group) phrases() string {
	var b strings.Builder
	for _, h := range c.hits {
		b.WriteString(h.pattern.phrase.ID + ",")
	}
	return b.String()
}
