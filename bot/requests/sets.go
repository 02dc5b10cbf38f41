package requests

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"strings"
	"time"

	"greffier/bot"
	"greffier/store"
)

// Which requests are open, at a stage or of a kind is kept as sets of numbers:
// bitmaps in blocks of 4096 requests. A page of any filtered list, its total
// and its tenth page included, is found among 100,000 requests by looking at 25
// blocks a set, without reading one request.
const setBlock = 4096

func setKey(set string, block uint64) []byte { return store.K("request-set", set, block) }

// The sets a request is in.
func setsOf(r *Request) []string {
	sets := []string{"all", stateSet(r.State), "stage " + r.Stage, "kind " + r.Kind}
	if r.Team != "" {
		sets = append(sets, handedSet, "team "+r.Team)
	}
	if r.State != Open {
		return sets
	}
	for set, since := range map[string]time.Time{askingSet: r.Asked, blockedSet: r.Blocked, lateSet: r.Late} {
		if !since.IsZero() {
			sets = append(sets, set)
		}
	}
	return sets
}

// The sets of what stands out among requests: handed to another team than their
// kind's, and, while they are open, asking to pass, blocked and late.
const (
	handedSet  = "handed"
	askingSet  = "asking"
	blockedSet = "blocked"
	lateSet    = "late"
)

func stateSet(s State) string { return "state " + string(s) }

// keepSets moves a request from the sets it was in to those it is in.
func keepSets(tx store.Tx, old, r *Request) {
	had := map[string]bool{}
	if old != nil {
		for _, set := range setsOf(old) {
			had[set] = true
		}
	}
	for _, set := range setsOf(r) {
		if !had[set] {
			flip(tx, set, r.Number, true)
		}
		delete(had, set)
	}
	for set := range had {
		flip(tx, set, r.Number, false)
	}
}

func flip(tx store.Tx, set string, n uint64, in bool) {
	key := setKey(set, n/setBlock)
	var b bitmap
	b.read(tx.Get(key))
	word, bit := n%setBlock/64, uint64(1)<<(n%64)
	if in {
		b[word] |= bit
	} else {
		b[word] &^= bit
	}
	data := make([]byte, 0, setBlock/8)
	for _, w := range b {
		data = binary.LittleEndian.AppendUint64(data, w)
	}
	tx.Put(key, data)
}

type bitmap [setBlock / 64]uint64

func (b *bitmap) read(data []byte) {
	if len(data) != setBlock/8 {
		return
	}
	for i := range b {
		b[i] = binary.LittleEndian.Uint64(data[8*i:])
	}
}

func (b *bitmap) has(n uint64) bool { return b[n%setBlock/64]&(1<<(n%64)) != 0 }

// filter is what a list is restricted to: a request must be in one set at least
// of every row. A set that begins with "!" holds those that are not in it.
type filter [][]string

// block gives the numbers of one block that pass the filter.
func (f filter) block(tx store.Tx, block uint64) bitmap {
	var all bitmap
	for i, row := range f {
		var any bitmap
		for _, set := range row {
			var b bitmap
			name, not := strings.CutPrefix(set, "!")
			b.read(tx.Get(setKey(name, block)))
			for w := range any {
				if not {
					b[w] = ^b[w]
				}
				any[w] |= b[w]
			}
		}
		if i == 0 {
			all = any
			continue
		}
		for w := range all {
			all[w] &= any[w]
		}
	}
	return all
}

// page lists the numbers that pass the filter, newest first, leaving out the
// first skip and stopping after want, and counts them all.
func (f filter) page(tx store.Tx, skip, want int) (numbers []uint64, total int) {
	for next := lastBlock(tx) + 1; next > 0; next-- {
		b := f.block(tx, next-1)
		size := 0
		for _, w := range b {
			size += bits.OnesCount64(w)
		}
		if total+size > skip && len(numbers) < want {
			at := total
			for w := len(b) - 1; w >= 0; w-- {
				for word := b[w]; word != 0; at++ {
					top := 63 - bits.LeadingZeros64(word)
					word &^= 1 << top
					if at >= skip && len(numbers) < want {
						numbers = append(numbers, (next-1)*setBlock+uint64(64*w+top))
					}
				}
			}
		}
		total += size
	}
	return numbers, total
}

// among keeps those of the numbers that pass the filter, in their order.
func (f filter) among(tx store.Tx, numbers []uint64) []uint64 {
	blocks := map[uint64]*bitmap{}
	var kept []uint64
	for _, n := range numbers {
		b, ok := blocks[n/setBlock]
		if !ok {
			read := f.block(tx, n/setBlock)
			b = &read
			blocks[n/setBlock] = b
		}
		if b.has(n) {
			kept = append(kept, n)
		}
	}
	return kept
}

// lastBlock is the block of the newest request.
func lastBlock(tx store.Tx) (block uint64) {
	for key := range tx.ScanDown(store.Prefix(store.K("request-set", "all"))) {
		var table, set string
		if err := store.ParseKey(key, &table, &set, &block); err != nil {
			panic(store.Fault{Err: fmt.Errorf("%w: %w", store.ErrDamaged, err)})
		}
		break
	}
	return block
}

// checkSets compares the sets with the requests.
func checkSets(c *bot.Ctx, v *bot.Verification) {
	built := map[string]*bitmap{}
	for _, r := range requests.Prefix(c.Tx, nil) {
		for _, set := range setsOf(&r) {
			key := string(setKey(set, r.Number/setBlock))
			if built[key] == nil {
				built[key] = new(bitmap)
			}
			built[key][r.Number%setBlock/64] |= 1 << (r.Number % 64)
		}
	}
	for key, data := range c.Scan(store.Prefix(store.K("request-set"))) {
		var kept, empty bitmap
		kept.read(data)
		want := built[string(key)]
		delete(built, string(key))
		if want == nil {
			want = &empty
		}
		if kept != *want {
			v.Findings = append(v.Findings, setFinding(key))
		}
	}
	for key := range built {
		v.Findings = append(v.Findings, setFinding([]byte(key)))
	}
}

func setFinding(key []byte) bot.Finding {
	var table, set string
	var block uint64
	_ = store.ParseKey(key, &table, &set, &block)
	return bot.Finding{Where: "request/" + fmt.Sprint(block*setBlock), What: bot.T("request.verify-set", "set", set)}
}
