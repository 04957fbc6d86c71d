package aadsts

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
)

// ErrTooMany is returned with the matches if a text contains more different errors than
// are kept.
var ErrTooMany = errors.New("the text holds more different errors than are shown")

// signs are the words that announce something, in squashed form: fields and parameters,
// and labels as the sign-in service writes them in several languages.
var signs = []struct {
	kind  kind
	words string
}{
	{kindCode, "aadsts"},
	{kindList, "errorcodes"},
	{kindURI, "errorcode resulttype xmsclitelem1 fehlercode codederreur cdigodeerror codiceerrore codicedierrore"},
	{kindOAuth, "invalidclient invalidgrant invalidrequest invalidresource invalidscope unauthorizedclient " +
		"temporarilyunavailable interactionrequired consentrequired unsupportedgranttype accessdenied servererror"},
	{kindTrace, "traceid requestid ablaufverfolgungsid anforderungsid iddesolicitud iddedemande idtraccia idrichiesta"},
	{kindCorr, "correlationid clientrequestid korrelationsid iddecorrelacin iddecorrlation idcorrelazione"},
	{kindTime, "timestamp zeitstempel horodatage horodateur marcadetiempo"},
	{kindAuthority, "loginmicrosoftonlinecom loginmicrosoftonlineus loginchinacloudapicn " +
		"loginpartnermicrosoftonlinecn oauth2v20token oauth2token"},
	{kindClient, "clientid appid applicationid"},
}

// misspelt are AADSTS as people and products misspell it. A digit has to follow.
var misspelt = [...]string{"aadst", "aadts", "adsts"}

// finder finds codes and known messages in text. It is safe for concurrent use.
type finder struct {
	messages *matcher // decides whether a piece of text is worth reading
	all      *matcher
}

// builtin returns the finder for the built-in catalogue.
var builtin = sync.OnceValue(func() *finder {
	c := Load()
	anchors := make([]anchor, 0, 4<<10) // as many as there are today; growing costs as much as filling
	for _, p := range c.Products {
		for _, sign := range p.Signs {
			anchors = append(anchors, anchor{text: squashString(sign), kind: kindProduct, ref: p.ID})
		}
	}
	for _, s := range signs {
		for word := range strings.FieldsSeq(s.words) {
			anchors = append(anchors, anchor{text: word, kind: s.kind})
		}
	}
	for _, word := range misspelt {
		for digit := '1'; digit <= '9'; digit++ {
			anchors = append(anchors, anchor{text: word + string(digit), kind: kindCode})
		}
	}
	for _, e := range c.Entries {
		for _, p := range e.Phrases {
			anchors = append(anchors, anchor{text: squashString(p), kind: kindWording, ref: e.Code})
		}
	}
	for i := range c.Phrases {
		p := &c.Phrases[i]
		for k := range p.Read {
			anchors = append(anchors, anchor{text: p.Read[k].anchor(), kind: kindPhrase, phrase: p, pattern: &p.Read[k]})
		}
	}
	return &finder{newMatcher(keySize, anchors, kind.isMessage), newMatcher(contextKeySize, anchors, nil)}
})

// Find returns the independent errors in a text, each once, in order. The text may be a
// log of any length in UTF-8 or UTF-16, with JSON, HTML, URL encodings and broken lines;
// memory stays bounded. With ErrTooMany, a read error or the error of ctx, it returns the
// errors found so far.
func Find(ctx context.Context, r io.Reader) ([]Match, error) {
	return builtin().find(ctx, interruptible(ctx, r))
}

// FindString is Find for a text in memory.
func FindString(s string) ([]Match, error) {
	return Find(context.Background(), strings.NewReader(s))
}

func (f *finder) find(ctx context.Context, r io.Reader) ([]Match, error) {
	g := &grouper{finder: f, done: newCollection(f), seen: -1}
	var buf []byte
	err := eachWindow(ctx, r, func(w *window) error {
		f.scan(w, g, &buf)
		return ctx.Err()
	})
	matches := g.finish()
	if err == nil && g.done.dropped > 0 {
		err = ErrTooMany
	}
	return matches, err
}

const (
	pieceSize = 4 << 10
	overlap   = 256 // so that an anchor at the border of two pieces is found
)

// scan reads those pieces of a window that contain an anchor of a message, with the text
// around them. Most of a long log contains none, and most lines of a log that is full of
// errors repeat earlier ones.
func (f *finder) scan(w *window, g *grouper, buf *[]byte) {
	var from, to int // what is to be read; nothing if to is 0
	flush := func(end int) {
		if to > 0 {
			part := w.part(from, to)
			part.end = min(part.end, end-from)
			g.takePage(f.read(part))
			from, to = 0, 0
		}
	}
	for at := w.begin; at < w.end; at += pieceSize {
		*buf = squashRaw(*buf, w.raw[max(0, at-overlap):min(len(w.raw), at+pieceSize+overlap)])
		if !f.messages.any(*buf) {
			continue
		}
		begin := max(0, at-pieceSize)
		if begin > to {
			flush(w.end)
		}
		if g.repeats(w, at, flush, buf) {
			continue
		}
		if to == 0 {
			from = begin
		}
		to = min(len(w.raw), at+pieceSize+marginSize)
	}
	flush(w.end)
}
