// Sizes as the receipts have them, and as a shelf label has them.
import { state } from '../state.ts'

const units: Record<string, [en: string, zh: string]> = {
  OZ: ['oz', '盎司'], GA: ['gal', '加仑'], GAL: ['gal', '加仑'], LB: ['lb', '磅'], L: ['L', '升'], CT: ['ct', '个'], PK: ['pack', '件装'],
  DZ: ['dozen', '打'], DOZ: ['dozen', '打'], PT: ['pint', '品脱'], QT: ['qt', '夸脱'], FT: ['ft', '英尺'], SQFT: ['sq ft', '平方英尺'],
}

/** "L    16 OZ" as "16 oz", "10/6.75 OZ" and "10 PK/6.75 OZ" as "10 × 6.75 oz", "GAL" as "1 gal". */
export function shelfSize(size: string | null): string {
  if (!size) return ''
  const trimmed = size.trim().replace(/^[A-Z]\s+(?=\d)/, '').replace('SQ FT', 'SQFT')
    .replace(/^(\d+)(?: PK)?\/(\d[\d.]*) (?=[A-Z])/, '$1 × $2 ').replace(/^(?=[A-Z])/, '1 ')
  return trimmed.replace(/\b[A-Z]+\b/g, word => units[word]?.[state.locale === 'zh' ? 1 : 0] ?? word.toLowerCase())
}
