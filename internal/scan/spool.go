package scan

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"iter"
	"os"
)

// spoolMemory is how many bytes of records stay in memory before a spool goes to
// a file.
const spoolMemory = 1 << 20

// spool keeps records that are written once and read afterwards: in memory as
// long as they are few, then in a private temporary file, so that a million
// findings cost no more memory than a thousand. It is not safe for concurrent
// use.
type spool struct {
	memory []byte
	file   *os.File
	out    *bufio.Writer
	size   int64
}

// span is a run of records.
type span struct{ from, to int64 }

func (s *spool) append(record []byte) error {
	var length [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(length[:], uint64(len(record)))
	s.size += int64(n + len(record))
	if s.file == nil {
		s.memory = append(append(s.memory, length[:n]...), record...)
		if len(s.memory) > spoolMemory {
			return s.spill()
		}
		return nil
	}
	if _, err := s.out.Write(length[:n]); err != nil {
		return errSpool
	}
	if _, err := s.out.Write(record); err != nil {
		return errSpool
	}
	return nil
}

// errSpool leaves the path out: it says nothing to the user.
var errSpool = errors.New("the temporary file of the scan could not be written; is the disk full?")

func (s *spool) spill() (err error) {
	if s.file, err = os.CreateTemp("", "spcheck-scan-"); err != nil { // mode 0600
		return errSpool
	}
	// Where the system allows it, the name goes at once, so that nothing is left
	// behind whatever ends the process. Windows refuses, and close removes it.
	_ = os.Remove(s.file.Name())
	s.out = bufio.NewWriterSize(s.file, 64<<10)
	if _, err := s.out.Write(s.memory); err != nil {
		return errSpool
	}
	s.memory = nil
	return nil
}

// records reads a run of records. A record is good until the next one.
func (s *spool) records(run span) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		in, err := s.reader(run)
		if err != nil {
			yield(nil, err)
			return
		}
		var record []byte
		for {
			n, err := binary.ReadUvarint(in)
			if errors.Is(err, io.EOF) {
				return
			}
			if err == nil {
				record = grow(record, int(min(n, 1<<30)))
				_, err = io.ReadFull(in, record)
			}
			if err != nil {
				yield(nil, errSpool)
				return
			}
			if !yield(record, nil) {
				return
			}
		}
	}
}

func (s *spool) reader(run span) (*bufio.Reader, error) {
	if s.file == nil {
		return bufio.NewReader(bytes.NewReader(s.memory[run.from:run.to])), nil
	}
	if err := s.out.Flush(); err != nil {
		return nil, errSpool
	}
	return bufio.NewReaderSize(io.NewSectionReader(s.file, run.from, run.to-run.from), 64<<10), nil
}

func (s *spool) whole() span { return span{0, s.size} }

func grow(b []byte, n int) []byte {
	if cap(b) < n {
		return make([]byte, n)
	}
	return b[:n]
}

// close removes the file. A spool can be filled again afterwards.
func (s *spool) close() {
	if s.file != nil {
		_ = s.file.Close()
		_ = os.Remove(s.file.Name())
	}
	*s = spool{}
}
