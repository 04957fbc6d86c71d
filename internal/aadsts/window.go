package aadsts

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"slices"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// The text is read in blocks. Each block has margins, so that a message at its border is
// complete; memory is bounded even if the text or a line is long.
const (
	blockSize  = 64 << 10
	marginSize = 8 << 10
)

// window is a block of the text with its margins.
type window struct {
	raw   []byte
	base  int64 // offset of raw[0] in the text
	line  int   // number of the line with raw[0], from 1
	begin int   // beginning of the block in raw, after the first margin
	end   int   // end of the block in raw, before the last margin
	last  bool
}

// part returns a piece of the window as a window.
func (w *window) part(from, to int) *window {
	return &window{
		raw: w.raw[from:to], base: w.base + int64(from), line: w.line + bytes.Count(w.raw[:from], []byte{'\n'}),
		begin: max(0, w.begin-from), end: min(to, w.end) - from,
	}
}

// eachWindow reads the text and calls visit for each window in turn.
func eachWindow(ctx context.Context, r io.Reader, visit func(*window) error) error {
	r = utf8Reader(r)
	w := window{line: 1}
	var buf []byte
	for !w.last {
		if err := ctx.Err(); err != nil {
			return err
		}
		want := w.end + blockSize + marginSize
		var err error
		buf, err = fill(r, buf, want)
		w.last = err != nil
		w.raw = buf
		w.end = min(len(buf), want-marginSize)
		if w.last {
			w.end = len(buf)
		}
		if err := visit(&w); err != nil {
			return err
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		buf = w.advance(buf)
	}
	return nil
}

// advance drops what the next window does not need, and returns the rest.
func (w *window) advance(buf []byte) []byte {
	drop := max(0, w.end-marginSize)
	w.line += bytes.Count(buf[:drop], []byte{'\n'})
	w.base += int64(drop)
	w.end -= drop
	w.begin = w.end
	return append(buf[:0], buf[drop:]...)
}

// fill reads until buf contains want bytes. It returns io.EOF at the end. buf grows with
// what is read, since most texts are a single message.
func fill(r io.Reader, buf []byte, want int) ([]byte, error) {
	for len(buf) < want {
		buf = slices.Grow(buf, min(want-len(buf), pieceSize))
		n, err := io.ReadFull(r, buf[len(buf):min(cap(buf), want)])
		buf = buf[:len(buf)+n]
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = io.EOF
		}
		if err != nil {
			return buf, err
		}
	}
	return buf, nil
}

// utf8Reader decompresses gzip, and decodes UTF-16, which Windows programs write, if a byte
// order mark or the zero bytes show it. It removes a byte order mark from other text.
func utf8Reader(r io.Reader) io.Reader {
	buffered := bufio.NewReader(r)
	if magic, _ := buffered.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(buffered)
		if err != nil {
			return buffered // it is not gzip
		}
		buffered = bufio.NewReader(unpacked)
	}
	if mark, _ := buffered.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = buffered.Discard(len(mark))
	}
	head, _ := buffered.Peek(4) // Read repeats an error
	if order, policy, ok := utf16Order(head); ok {
		return transform.NewReader(buffered, unicode.UTF16(order, policy).NewDecoder())
	}
	return buffered
}

func utf16Order(head []byte) (unicode.Endianness, unicode.BOMPolicy, bool) {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return unicode.LittleEndian, unicode.ExpectBOM, true
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return unicode.BigEndian, unicode.ExpectBOM, true
	case len(head) < 4:
		return unicode.BigEndian, unicode.IgnoreBOM, false
	case head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0:
		return unicode.LittleEndian, unicode.IgnoreBOM, true
	case head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0:
		return unicode.BigEndian, unicode.IgnoreBOM, true
	}
	return unicode.BigEndian, unicode.IgnoreBOM, false
}
