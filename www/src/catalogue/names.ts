// The receipts name products by type, in a cash register's short hand. This is what a shelf label says instead.

const labels: Record<string, string> = {
  'FLUID MILK WHITE ONLY': 'Fresh milk',
  'REFRIGERATED COFFEE CREAMERS': 'Coffee creamer',
  'SFT DRNK 2 LITER BTL CARB INCL': 'Soft drink, large bottle',
  'SOFT DRINKS 12/18&15PK CAN CAR': 'Soft drink, 12 cans',
  'SOFT DRINKS 20PK&24PK CAN CARB': 'Soft drink, 24 cans',
  'SFT DRNK SNGL SRV BTL CARB (EX': 'Soft drink, small bottle',
  'SFT DRNK MLT-PK BTL CARB (EXCP': 'Soft drink, six bottles',
  'SOFT DRINKS 6PK/4PK CAN CARB (': 'Soft drink, six mini cans',
  'YOGURT NOT MULTI-PACKS': 'Yogurt cup',
  'YOGURT MULTI-PACKS': 'Yogurt, multipack',
  'BEERALEMALT LIQUORS': 'Beer',
  'FRZN BAGGED VEGETABLES - PLAIN': 'Frozen vegetables',
  'FRZN BOXED VEGETABLES- VALUE A': 'Frozen vegetables, boxed',
  'MAINSTREAM WHEAT/MULTIGRAIN BR': 'Whole wheat bread',
  'MAINSTREAM WHITE BREAD': 'White bread',
  'PREMIUM BREAD': 'Bakery loaf',
  'SANDWICHES&HANDHELDS': 'Pizza sandwich',
  'TRADITIONAL': 'Classic ice cream',
  'PREMIUM': 'Premium ice cream',
  'PREMIUM PINTS': 'Premium ice cream, pint',
  'SUPER PREMIUM PINTS': 'Gourmet ice cream, pint',
  'PASTA: CANNED': 'Canned pasta',
  'CHILI: CANNED': 'Canned chili',
  'MICROWAVABLE CUPS': 'Microwave meal cup',
  'DAIRY CASE 100% PURE JUICE - O': 'Orange juice',
  'DAIRY CASE JUICE DRNK UNDER 10': 'Juice drink',
  'DAIRY CASE FRUIT DRINKS (NO JU': 'Fruit drink',
  'DAIRY CASE TEA WITH SUGAR OR S': 'Sweet iced tea',
  'POURABLE SALAD DRESSINGS': 'Salad dressing',
  'SEMI-SOLID SALAD DRESSING MAY': 'Mayonnaise',
  'MAINSTREAM': 'Pasta sauce',
  'IWS SINGLE CHEESE': 'Cheese singles',
  'NATURAL CHEESE EXACT WT CHUNKS': 'Block cheese',
  'NATURAL CHEESE EXACT WT SLICES': 'Sliced cheese',
  'RAMEN NOODLES/RAMEN CUPS': 'Ramen noodles',
  'RTS SOUP: CHUNKY/HOMESTYLE ET': 'Chunky soup',
  'ASEPTIC PACK JUICE AND DRINKS': 'Juice pouches',
  'BLENDED JUICE&COMBINATIONS (OV': 'Juice blend',
  'APPLE JUICE & CIDER (OVER 50%': 'Apple juice',
  'FRUIT DRINKS: CANNED & GLASS (': 'Fruit punch',
  'PAPER TOWELS & HOLDERS': 'Paper towels',
  'TOILET TISSUE': 'Toilet paper',
  'SGL SV/VEND MACH SNACKS CHIP/P': 'Chips, single bag',
  'TORTILLA/NACHO CHIPS': 'Tortilla chips',
  'BUTTER SPRAY CRACKER (RITZ/CLU': 'Butter crackers',
  'CHEESE CRACKERS (CHEEZ-ITS/GOL': 'Cheese crackers',
  'SOUP CRACKERS (SALTINE/OYSTER)': 'Saltine crackers',
  'SS ECONOMY ENTREES/DINNERS ALL': 'Frozen dinner',
  'FRZN SS PREMIUM ENTREES/DNRS/N': 'Premium frozen entrée',
  'FRZN SS PREMIUM ENTREES/DNRS/T': 'Premium frozen dinner',
  'FRZN MULTI SERVE ENTREES ALL': 'Family-size frozen entrée',
  'MARGARINE: TUBS AND BOWLS': 'Margarine tub',
  'MARGARINE  STICK': 'Margarine sticks',
  'SNACK CAKE - MULTI PACK': 'Snack cakes',
  'SW GDS:DONUTS': 'Donuts',
  'BEANS GREEN: FS/WHL/CUT': 'Green beans',
  'TOMATOES: STEWED/DICED/CRMD': 'Diced tomatoes',
  'PEAS GREEN': 'Green peas',
  'MEXICAN SAUCESSALSAPICANTEE': 'Salsa',
  'MEXICAN SEASONING MIXES': 'Taco seasoning',
  'PIZZA/ECONOMY': 'Frozen pizza, value',
  'PIZZA/PREMIUM': 'Premium frozen pizza',
  'PIZZA/TRADITIONAL': 'Frozen pizza',
  'SNACKS/APPETIZERS': 'Pizza rolls & snacks',
  'STICKS/ENROBED': 'Ice cream bars',
  'NON-CRBNTD DRNKING/MNERAL WATE': 'Drinking water',
  'MACARONI & CHEESE DNRS': 'Macaroni & cheese',
  'SPAGHETTI DRY': 'Spaghetti',
  'CATSUP': 'Ketchup',
  'SALAD MUSTARD': 'Yellow mustard',
  'STEAK & WORCHESTER SAUCE': 'Steak sauce',
  'REFRIGERATED BISCUITS REGULAR': 'Biscuit dough',
  'REFRIGERATED SPECILATY ROLLS': 'Crescent & cinnamon rolls',
  'REFRIGERATED COOKIES-CHUB': 'Cookie dough',
  'TRAY PACK/CHOC CHIP COOKIES': 'Chocolate chip cookies',
  'VANILLA WAFER/KIDS COOKIES': 'Vanilla wafers',
  'FRUIT BOWL AND CUPS': 'Fruit cups',
  'PINEAPPLE': 'Canned pineapple',
  'CORN': 'Sweet corn',
  'RICE SIDE DISH MIXES DRY': 'Rice side dish',
  'NOODLE SIDE DISH MIXES': 'Noodle side dish',
  'POTATOES: DRY': 'Instant potatoes',
  'NON DAIRY CREAMER: DRY': 'Powdered creamer',
  'FLAVORED BEAN COFFEE': 'Flavoured coffee beans',
  'BISCUIT FLOUR & MIXES': 'Biscuit & pancake mix',
  'MUFFIN & CORN BREAD MIX': 'Corn muffin mix',
  'ALL FAMILY CEREAL': 'Family cereal',
  'TREATS': 'Crispy treats',
  'REFRIG DIPS': 'Chilled dip',
  'SOUR CREAMS': 'Sour cream',
}
const eggs = /^EGGS - (.+)$/

/** The label of a product type, or the given name as it is. */
export function shelfName(type: string, given: string): string {
  const size = eggs.exec(type)
  if (size) return `Eggs, ${size[1]!.toLowerCase()}`
  return labels[type] ?? given
}

const units: Record<string, string> = {
  OZ: 'oz', GA: 'gal', GAL: 'gal', LB: 'lb', L: 'L', CT: 'ct', PK: 'pack', DZ: 'dozen', DOZ: 'dozen', PT: 'pint', QT: 'qt', FT: 'ft',
}

/** "L    16 OZ" as "16 oz", "10/6.75 OZ" as "10 × 6.75 oz". */
export function shelfSize(size: string | null): string {
  if (!size) return ''
  const trimmed = size.replace(/^L\s+/, '').replace(/^(\d+)\/(\d[\d.]*) (?=[A-Z])/, '$1 × $2 ').replace('SQ FT', 'sq ft')
  return trimmed.replace(/\b[A-Z]+\b/g, word => units[word] ?? word.toLowerCase()).replace(/^gal$/, '1 gal').replace(/^pint$/, '1 pint')
}
