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

// spoolMemory is how many bytes of records stay in memory. Then a spool uses a file.
const spoolMemory = 1 << 20

// spool holds records that are written once and read afterwards. It uses memory while they
// are few, then a private temporary file, so that a million findings take no more memory
// than a thousand. It is not safe for concurrent use.
type spool struct {
	memory []byte
	file   *os.File
	out    *bufio.Writer
	size   int64
	buffer []byte
}

// span is a range of records.
type span struct{ from, to int64 }

// errSpool leaves out the path, which means nothing to the user.
var errSpool = errors.New("the temporary file of the scan could not be written; is the disk full?")

func (s *spool) add(r *record) error {
	s.buffer = r.appendTo(s.buffer[:0])
	var room [binary.MaxVarintLen64]byte
	length := binary.AppendUvarint(room[:0], uint64(len(s.buffer)))
	s.size += int64(len(length) + len(s.buffer))
	if s.file == nil {
		s.memory = append(append(s.memory, length...), s.buffer...)
		if len(s.memory) > spoolMemory {
			return s.spill()
		}
		return nil
	}
	_, err := s.out.Write(length)
	if err == nil {
		_, err = s.out.Write(s.buffer)
	}
	if err != nil {
		return errSpool
	}
	return nil
}

func (s *spool) spill() (err error) {
	if s.file, err = os.CreateTemp("", "spcheck-scan-"); err != nil { // mode 0600
		return errSpool
	}
	// The name is removed at once if the system allows that, so that nothing is left behind
	// however the process ends. Windows does not allow it; close removes the file there.
	_ = os.Remove(s.file.Name())
	s.out = bufio.NewWriterSize(s.file, 64<<10)
	if _, err := s.out.Write(s.memory); err != nil {
		return errSpool
	}
	s.memory = nil
	return nil
}

// records reads a range of records. A record is valid until the next one, but its credential
// stays valid.
func (s *spool) records(run span) iter.Seq2[*record, error] {
	return func(yield func(*record, error) bool) {
		var in *bufio.Reader
		switch {
		case s.file == nil:
			in = bufio.NewReader(bytes.NewReader(s.memory[run.from:run.to]))
		case s.out.Flush() != nil:
			yield(nil, errSpool)
			return
		default:
			in = bufio.NewReaderSize(io.NewSectionReader(s.file, run.from, run.to-run.from), 64<<10)
		}
		var raw []byte
		var r record
		for {
			n, err := binary.ReadUvarint(in)
			if errors.Is(err, io.EOF) {
				return
			}
			if err == nil {
				raw = append(raw[:0], make([]byte, min(n, 1<<30))...)
				_, err = io.ReadFull(in, raw)
			}
			if err != nil {
				yield(nil, errSpool)
				return
			}
			if r.read(raw); !yield(&r, nil) {
				return
			}
		}
	}
}

func (s *spool) all() iter.Seq2[*record, error] { return s.records(span{0, s.size}) }

// close removes the file. The spool can then be filled again.
func (s *spool) close() {
	if s.file != nil {
		_ = s.file.Close()
		_ = os.Remove(s.file.Name())
	}
	*s = spool{}
}
